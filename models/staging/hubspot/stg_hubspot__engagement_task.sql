{{ read_raw('hubspot', 'engagement_task') }}
