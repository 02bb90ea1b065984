{{ by_lead('landed', is_view=true) }}
with owners as (

    select * from {{ ref('int_salesforce__owners') }}

),

logged_fields as (

    select * from {{ ref('int_salesforce__logged_fields') }}

),

history {{ as_read_each_time() }} (

    select *
    from {{ ref('stg_salesforce__lead_history') }}
    where _is_kept

),

named {{ as_read_each_time() }} (

    select
        history.*,
        logged_fields.canonical_field,
        logged_fields.has_old_value
    from history
    inner join logged_fields
        on
            history.source_system = logged_fields.source_system
            and history.field = logged_fields.field

),

other_changes as (

    select
        source_system,
        change_id,
        lead_id,
        canonical_field as field,
        old_value,
        new_value,
        changed_at,
        changed_at_is_day,
        changed_by,
        has_old_value
    from named
    where canonical_field != 'owner_id'

),

-- A change of owner is logged twice, by name and by id.
owner_rows as (

    select
        *,
        {{ is_matched('coalesce(new_value, old_value)', '^(005|00G)([0-9a-zA-Z]{12}|[0-9a-zA-Z]{15})$') }} as is_by_id
    from named
    where canonical_field = 'owner_id'

),

paired as (

    select
        *,
        max(case when is_by_id then 1 else 0 end) over (partition by source_system, lead_id, changed_at) = 1
            as has_row_by_id
    from owner_rows

),

owner_names as (

    select
        source_system,
        lower(name) as name_key,
        min(owner_id) as owner_id
    from owners
    where name is not null
    group by source_system, lower(name)
    having count(*) = 1

),

-- Where only names were logged, a name that one owner bears stands for its id; any other is left as written.
owner_changes as (

    select
        paired.source_system,
        paired.change_id,
        paired.lead_id,
        'owner_id' as field,
        coalesce(old_owner.owner_id, paired.old_value) as old_value,
        coalesce(new_owner.owner_id, paired.new_value) as new_value,
        paired.changed_at,
        paired.changed_at_is_day,
        paired.changed_by,
        paired.has_old_value
    from paired
    left join owner_names as old_owner
        on
            paired.source_system = old_owner.source_system
            and lower(paired.old_value) = old_owner.name_key
    left join owner_names as new_owner
        on
            paired.source_system = new_owner.source_system
            and lower(paired.new_value) = new_owner.name_key
    where paired.is_by_id or not paired.has_row_by_id

),

stacked as (

    select * from other_changes
    union all
    select * from owner_changes

),

translated as (

    select
        source_system,
        change_id,
        lead_id,
        field,
        old_value,
        new_value,
        changed_at,
        changed_at_is_day,
        changed_by,
        has_old_value,
        cast(null as boolean) as is_automated_source
    from stacked

)

select * from translated
