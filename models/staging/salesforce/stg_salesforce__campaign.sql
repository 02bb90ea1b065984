{{ read_raw('salesforce', 'campaign') }}
