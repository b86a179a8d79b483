"""The style of index.html, inside the page itself: tables, and cards on a narrow screen."""

STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;margin:0 auto;max-width:72rem;padding:1rem}"
    "ul{margin:0;padding-left:1.25rem}nav>ul{columns:18rem;list-style:none;padding:0}"
    "nav>ul>li{break-inside:avoid;margin-bottom:.75rem}summary{cursor:pointer;color:#0b5c66}"
    "nav a,summary{display:inline-block;padding:.25rem 0}a{color:#0b5c66}"
    "code{font-size:.875rem;overflow-wrap:anywhere}h3{margin:2rem 0 .25rem}"
    ".wide{overflow-x:auto}table{border-collapse:collapse;font-size:.875rem}"
    "td,th{border:1px solid #b8c4c6;padding:.25rem .5rem;text-align:left;vertical-align:top;"
    "white-space:pre-wrap;min-width:5rem;max-width:30rem;overflow-wrap:anywhere}"
    "@media(max-width:40rem){table,tbody,tr,td{display:block;max-width:none}thead{display:none}"
    "tr{border:1px solid #b8c4c6;border-radius:.5rem;margin:0 0 .75rem;padding:.5rem}"
    "td{border:0;padding:.125rem 0}td.none{display:none}"
    "td::before{content:attr(data-name);display:block;color:#4d5e61;font-size:.8125rem}}"
    "@media(prefers-color-scheme:dark){body{background:#12191a;color:#e6eced}"
    "a,summary{color:#7cc7d0}td,th,tr{border-color:#3c4a4d}td::before{color:#a5b4b7}}"
)
