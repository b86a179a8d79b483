"""Tables and bills to read."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inputs.errors import InputError
from inputs.filetypes import refuse_foreign
from inputs.forms import (
    ConsentField,
)
from inputs.words import as_validation_error
from limits import bills, importers


class ImportForm(forms.Form):
    """One table of changes. What is plainly no table is refused at once; the rest by the worker."""

    table = forms.FileField(
        label=_("选择表格文件"),
        allow_empty_file=True,
        help_text=_("CSV 或 XLSX，10 MB 以内，最多 20,000 行。"),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={
            "required": _("请先选一个文件"),
            "missing": _("请先选一个文件"),
            "invalid": _("文件没有传上来，请再选一次"),
        },
    )

    def clean_table(self) -> bytes:
        data: bytes = self.cleaned_data["table"].read()
        try:
            importers.LIMITS.refuse_size(len(data))
            refuse_foreign(data)
        except InputError as error:
            raise as_validation_error(error) from error
        return data


class BillForm(forms.Form):
    """One bill export, of the person himself. What is plainly no table is refused at once."""

    bill = forms.FileField(
        label=_("选择账单文件"),
        allow_empty_file=True,
        help_text=_("解压后的 CSV 或 XLSX，20 MB 以内。"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        error_messages={
            "required": _("请先选一个文件"),
            "missing": _("请先选一个文件"),
            "invalid": _("文件没有传上来，请再选一次"),
        },
    )
    own = ConsentField(label=_("这是我本人的账单"))

    def clean_bill(self) -> bytes:
        data: bytes = self.cleaned_data["bill"].read()
        try:
            bills.LIMITS.refuse_size(len(data))
            refuse_foreign(data)
        except InputError as error:
            raise as_validation_error(bills.plainer(error, data)) from error
        return data
