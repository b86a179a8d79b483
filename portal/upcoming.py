from django.http import HttpRequest, HttpResponse
def upcoming(request: HttpRequest) -> HttpResponse: return HttpResponse("")
