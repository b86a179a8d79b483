"""The vault: takes files in, keeps them sealed, shows a clean copy, notices loss, destroys.

`sandbox` and what it imports (`pictures`, `pdfs`, `sounds`, `answers`) run in a process of their
own without Django, keys, files or network. This module stays empty so that it can.
"""
