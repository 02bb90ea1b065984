{{ read_raw('hubspot', 'engagement_email') }}
