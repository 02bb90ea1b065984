{{ read_raw('salesforce', 'account') }}
