{{ read_raw('canonical', 'form_submissions') }}
