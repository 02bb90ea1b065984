with submissions as (

    select * from {{ ref('stg_hubspot__contact_form_submission') }}
    where _is_kept

),

forms as (

    select * from {{ ref('stg_hubspot__form') }}
    where _is_kept

),

translated as (

    select
        submissions.source_system,
        submissions.submission_id,
        submissions.lead_id,
        coalesce(forms.name, submissions.title, submissions.form_id) as form_name,
        submissions.page_url,
        submissions.submitted_at,
        submissions.submitted_at_is_day
    from submissions
    left join forms
        on
            submissions.source_system = forms.source_system
            and submissions.form_id = forms.form_id

)

select * from translated
