{{ read_raw('salesforce', 'lead') }}
