with

merges as (

    select * from {{ ref('int_lead_merges') }}

),

-- A record that was merged into one that was merged away later left its responses to both.
hops as (

    select source_system, lead_id, survivor_lead_id from merges

    union

    select source_system, lead_id, direct_survivor_lead_id as survivor_lead_id from merges

)

select * from hops
