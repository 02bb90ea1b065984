with members as (

    select * from {{ ref('stg_salesforce__campaign_member') }}
    where _is_kept and not coalesce(is_deleted, false)

),

parents as (

    select * from {{ ref('int_salesforce__lead_parents') }}
    where parent_type in ('lead', 'contact')

),

clock as (

    select * from {{ ref('int_clock') }}

),

-- A membership of the contact is the converted lead's, unless it is older than the lead; of a date, than its day.
translated as (

    select
        members.source_system,
        members.member_id,
        members.campaign_id,
        parents.lead_id,
        members.created_at,
        members.created_at_is_day
    from members
    cross join clock
    inner join parents
        on
            members.source_system = parents.source_system
            and coalesce(members.lead_id, members.contact_id) = parents.parent_id
    where
        members.lead_id is not null
        or coalesce(
            case
                when members.created_at_is_day
                    then
                        cast(members.created_at as date)
                        >= {{ local_day('parents.lead_created_at', 'clock.default_timezone') }}
                else members.created_at >= parents.lead_created_at
            end,
            true
        )

)

select * from translated
