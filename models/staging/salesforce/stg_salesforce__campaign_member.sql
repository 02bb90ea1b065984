{{ read_raw('salesforce', 'campaign_member') }}
