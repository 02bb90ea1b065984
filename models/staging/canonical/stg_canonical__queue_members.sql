{{ read_raw('canonical', 'queue_members') }}
