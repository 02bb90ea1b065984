{{ by_lead('landed') }}
with

-- When a row was synced is not what it says.
row_hashes as (

    {% for table in ['int_crm__leads', 'int_crm__lead_changes', 'int_crm__activities'] %}
    select
        source_system,
        lead_id,
        {{ row_hash(["'" ~ table ~ "'"] + columns_of(table, of='told', but=['synced_at'])) }} as row_hash
    from {{ ref(table) }} as told
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

final as (

    select
        source_system,
        lead_id,
        count(*) as crm_rows,
        sum(cast(row_hash as decimal(38, 0))) as fingerprint
    from row_hashes
    where
        lead_id is not null
        and {{ keeps_track() }}
    group by source_system, lead_id

)

select * from final
