{{ read_raw('hubspot', 'engagement_contact') }}
