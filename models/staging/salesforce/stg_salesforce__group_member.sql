{{ read_raw('salesforce', 'group_member') }}
