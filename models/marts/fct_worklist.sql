with

handoffs as (

    select * from {{ ref('fct_handoffs') }}
    where outcome = 'open'

),

findings as (

    select * from {{ ref('fct_handoff_findings') }}

),

catalogue as (

    select * from {{ ref('stg_policies__findings') }}

),

sources as (

    select * from {{ source('landing', 'sources') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

shipped_catalogue as (

    select * from {{ ref('findings') }}

),

-- What somebody can do about an open handoff today; what only a rule or a form can mend names no remedy.
remedies as (

    select
        catalogue.code as finding_code,
        coalesce(catalogue.urgency, cast(shipped_catalogue.urgency as integer)) as urgency,
        coalesce(catalogue.who_acts, shipped_catalogue.who_acts) as who,
        coalesce(catalogue.what_to_do, shipped_catalogue.what_to_do) as what
    from catalogue
    left join shipped_catalogue on catalogue.code = shipped_catalogue.code
    where coalesce(catalogue.what_to_do, shipped_catalogue.what_to_do) is not null

),

due as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        findings.finding_code,
        remedies.urgency,
        remedies.who,
        remedies.what,
        findings.detected_at as due_since,
        findings.evidence as why,
        row_number() over (
            partition by handoffs.source_system, handoffs.lead_id, handoffs.handoff_number
            order by remedies.urgency, findings.detected_at, findings.finding_code
        ) as remedy_number,
        count(*) over (
            partition by handoffs.source_system, handoffs.lead_id, handoffs.handoff_number
        ) as things_to_do
    from handoffs
    inner join findings
        on
            handoffs.source_system = findings.source_system
            and handoffs.lead_id = findings.lead_id
            and handoffs.handoff_number = findings.handoff_number
    inner join remedies on findings.finding_code = remedies.finding_code
    -- Claimed late is claimed: the finding stays, but nobody is to claim it from a queue that has it no longer.
    where remedies.who <> 'queue' or handoffs.owner_kind = 'queue'

),

-- One line per handoff: the most urgent thing first, the others follow once it is done.
final as (

    select
        cast(row_number() over (
            order by due.urgency, handoffs.is_fit_sales_ready desc, due.due_since, due.source_system, due.lead_id
        ) as integer) as priority,
        due.source_system,
        due.lead_id,
        due.handoff_number,
        due.who,
        case due.who when 'owner' then handoffs.owner_id when 'queue' then handoffs.queue_id end as owner_id,
        handoffs.team_id,
        due.what,
        due.due_since,
        {{ elapsed_minutes('due.due_since', 'clock.as_of') }} / 1440.0 as days_overdue,
        due.finding_code,
        due.why,
        catalogue.what_to_inspect,
        cast(due.things_to_do as integer) as things_to_do,
        case
            when sources.crm_url like '%{lead_id}%' then replace(sources.crm_url, '{lead_id}', due.lead_id)
            else
                coalesce(sources.crm_url, '')
                || case sources.crm
                    when 'salesforce' then '/lightning/r/Lead/' || due.lead_id || '/view'
                    when 'hubspot' then '/record/0-1/' || due.lead_id
                    when 'canonical' then case when sources.crm_url is null then '' else '/' end || due.lead_id
                end
        end as crm_link
    from due
    cross join clock
    inner join handoffs
        on
            due.source_system = handoffs.source_system
            and due.lead_id = handoffs.lead_id
            and due.handoff_number = handoffs.handoff_number
    inner join sources on due.source_system = sources.source_system
    left join catalogue on due.finding_code = catalogue.code
    where due.remedy_number = 1

)

select * from final
