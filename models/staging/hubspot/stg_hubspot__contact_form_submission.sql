{{ read_raw('hubspot', 'contact_form_submission') }}
