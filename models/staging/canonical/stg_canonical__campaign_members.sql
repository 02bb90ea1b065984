{{ read_raw('canonical', 'campaign_members') }}
