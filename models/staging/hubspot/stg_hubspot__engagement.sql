{{ read_raw('hubspot', 'engagement') }}
