{{ read_raw('salesforce', 'user_role') }}
