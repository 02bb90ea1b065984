"""The demo CRM: stories of leads, written as the exports of two CRMs, with the truth beside them."""
