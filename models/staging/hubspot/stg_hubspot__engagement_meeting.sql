{{ read_raw('hubspot', 'engagement_meeting') }}
