"""Raw tables: what each CRM source gave, and the register of it."""
