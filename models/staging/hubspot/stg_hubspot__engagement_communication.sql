{{ read_raw('hubspot', 'engagement_communication') }}
