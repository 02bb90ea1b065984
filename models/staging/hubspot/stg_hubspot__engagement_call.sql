{{ read_raw('hubspot', 'engagement_call') }}
