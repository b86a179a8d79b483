"""Putting files into the vault, as the upload handler and the service do."""

from complaints.http import SealedUpload
from complaints.services import add_evidence


def sealed(data, name="file.png", chunk=2**16):
    upload = SealedUpload(name)
    for start in range(0, len(data), chunk):
        upload.take(data[start : start + chunk])
    upload.finish()
    return upload


def keep(owner, data, name="file.png", **fields):
    return add_evidence(owner=owner, upload=sealed(data, name), **fields)
