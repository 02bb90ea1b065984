"""One writer per CRM: the same ledger, in the layout in which that CRM's data usually lands."""
