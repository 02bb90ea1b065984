{{ read_raw('salesforce', 'user') }}
