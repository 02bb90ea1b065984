{{ read_raw('salesforce', 'event') }}
