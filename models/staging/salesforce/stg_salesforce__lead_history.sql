{{ read_raw('salesforce', 'lead_history') }}
