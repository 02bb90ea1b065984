{#- What handoffs are made of is copied for these leads as soon as they are known: it must be there. -#}
{%- for name in [
    'int_crm__campaign_members', 'int_crm__form_submissions', 'int_field_changes', 'int_field_events',
    'int_handoff_closings', 'int_handoff_openings', 'int_lead_activities', 'int_lead_exits', 'int_lead_opportunities',
    'int_lead_qualification', 'int_lead_records', 'int_owner_spans', 'int_stage_events', 'int_status_events',
] %}
{%- do ref(name) %}
{%- endfor -%}
with

changed_leads as (

    select * from {{ ref('int_changed_leads') }}

),

owners as (

    select * from {{ ref('int_changed_owners') }}

),

handoffs_before as (

    select * from {{ still('int_handoffs') }}

),

clocks_before as (

    select * from {{ still('int_handoff_clocks') }}

),

findings_before as (

    select * from {{ still('int_handoff_findings') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

clock_before as (

    select * from {{ kept('int_clock') }}

),

accounts as (

    select * from {{ ref('int_lead_accounts') }}

),

accounts_before as (

    select * from {{ kept('int_lead_accounts') }}

),

won_opportunities as (

    select source_system, opportunity_id, account_id, closed_at, closed_at_is_day, is_won
    from {{ ref('int_crm__opportunities') }}
    where account_id is not null

),

won_opportunities_before as (

    select source_system, opportunity_id, account_id, closed_at, closed_at_is_day, is_won
    from {{ kept('int_crm__opportunities') }}
    where account_id is not null

),

persons as (

    select * from {{ ref('int_lead_persons') }}

),

persons_before as (

    select * from {{ kept('int_lead_persons') }}

),

merges as (

    select * from {{ ref('int_lead_merges') }}

),

merges_before as (

    select * from {{ kept('int_lead_merges') }}

),

-- As time goes on, what is open grows older, and what still had time may be overdue.
ageing as (

    select
        source_system,
        lead_id
    from handoffs_before
    where outcome = 'open'

    union

    select
        clocks_before.source_system,
        clocks_before.lead_id
    from clocks_before
    inner join clock_before on clocks_before.ends_at = clock_before.as_of
    where not coalesce(clocks_before.is_overdue, false)

    union

    select
        findings_before.source_system,
        findings_before.lead_id
    from findings_before
    inner join clock_before on findings_before.detected_at = clock_before.as_of

),

changed_accounts as (

    {{ rows_that_differ('won_opportunities', 'won_opportunities_before', 'source_system, account_id') }}

),

of_changed_accounts as (

    {{ rows_that_differ('accounts', 'accounts_before', 'source_system, lead_id') }}

    union

    select
        accounts.source_system,
        accounts.lead_id
    from accounts
    inner join changed_accounts
        on
            accounts.source_system = changed_accounts.source_system
            and accounts.account_id = changed_accounts.account_id

    union

    select
        accounts.source_system,
        accounts.lead_id
    from accounts
    inner join owners
        on
            accounts.source_system = owners.source_system
            and accounts.account_owner_id = owners.alias_id

),

touched as (

    select source_system, lead_id from changed_leads
    union
    select source_system, lead_id from ageing
    union
    select source_system, lead_id from of_changed_accounts
    union
    {{ rows_that_differ('persons', 'persons_before', 'source_system, lead_id') }}

),

all_persons as (

    select source_system, lead_id, person_key from persons
    union
    select source_system, lead_id, person_key from persons_before

),

touched_persons as (

    select distinct
        all_persons.source_system,
        all_persons.person_key
    from all_persons
    inner join touched
        on
            all_persons.source_system = touched.source_system
            and all_persons.lead_id = touched.lead_id

),

-- A handoff is judged beside the earlier ones of the same person.
with_their_persons as (

    select source_system, lead_id from touched

    union

    select
        all_persons.source_system,
        all_persons.lead_id
    from all_persons
    inner join touched_persons
        on
            all_persons.source_system = touched_persons.source_system
            and all_persons.person_key = touched_persons.person_key

),

with_the_merged as (

    {{ with_the_merged('with_their_persons', 'merges', 'merges_before') }}

)

select
    source_system,
    lead_id
from with_the_merged
where
    lead_id is not null
    and {{ finds_changes() }}
