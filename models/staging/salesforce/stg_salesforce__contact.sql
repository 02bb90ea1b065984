{{ read_raw('salesforce', 'contact') }}
