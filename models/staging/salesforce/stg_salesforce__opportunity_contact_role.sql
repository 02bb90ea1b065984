{{ read_raw('salesforce', 'opportunity_contact_role') }}
