with submissions as (

    select * from {{ ref('stg_hubspot__contact_form_submission') }}
    where _is_kept

),

contacts as (

    select * from {{ ref('stg_hubspot__contact') }}
    where _is_kept

),

forms as (

    select * from {{ ref('stg_hubspot__form') }}
    where _is_kept

),

-- Newer connectors land the answers and no contact: then the address that was filled in tells whose submission it is.
answers as (

    select
        source_system,
        submission_id,
        {{ json_array_items('answers') }} as answer
    from submissions
    where lead_id is null and answers is not null

),

addresses as (

    select
        source_system,
        submission_id,
        min({{ match_key(json_text('answer', 'value')) }}) as email_key
    from answers
    where lower({{ json_text('answer', 'name') }}) = 'email'
    group by source_system, submission_id

),

contacts_by_address as (

    select
        source_system,
        {{ match_key('email') }} as email_key,
        min(lead_id) as lead_id
    from contacts
    where email is not null
    group by source_system, {{ match_key('email') }}
    having count(*) = 1

),

found_by_address as (

    select
        addresses.source_system,
        addresses.submission_id,
        contacts_by_address.lead_id
    from addresses
    inner join contacts_by_address
        on
            addresses.source_system = contacts_by_address.source_system
            and addresses.email_key = contacts_by_address.email_key

),

placed as (

    select
        submissions.*,
        coalesce(submissions.lead_id, found_by_address.lead_id) as contact_id
    from submissions
    left join found_by_address
        on
            submissions.source_system = found_by_address.source_system
            and submissions.submission_id = found_by_address.submission_id

),

translated as (

    select
        placed.source_system,
        placed.submission_id,
        placed.contact_id as lead_id,
        coalesce(forms.name, placed.title, placed.form_id) as form_name,
        placed.page_url,
        placed.submitted_at,
        placed.submitted_at_is_day
    from placed
    left join forms
        on
            placed.source_system = forms.source_system
            and placed.form_id = forms.form_id
    where placed.contact_id is not null

)

select * from translated
