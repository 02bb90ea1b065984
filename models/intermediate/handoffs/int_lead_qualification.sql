{{ by_lead('changed') }}
with

leads as (

    select * from {{ ref('int_lead_records') }}

),

fit_policy as (

    select * from {{ ref('stg_policies__fit_policy') }}

),

intent_policy as (

    select * from {{ ref('stg_policies__intent_policy') }}

),

territories as (

    select * from {{ ref('stg_policies__territories') }}

),

score_bands as (

    select
        min_score,
        lead(min_score) over (order by min_score) as next_min_score,
        fit_band,
        is_sales_ready
    from fit_policy
    where min_score is not null

),

-- The grade's own row, else the highest score that is reached; a region's own row, else its country's.
final as (

    select
        leads.source_system,
        leads.lead_id,
        coalesce(grade_rows.fit_band, score_bands.fit_band) as fit_band,
        case when grade_rows.fit_band is not null then grade_rows.is_sales_ready else score_bands.is_sales_ready end
            as is_fit_sales_ready,
        intent_policy.intent_tier,
        intent_policy.is_sales_ready as is_intent_sales_ready,
        coalesce(region_rows.territory, country_rows.territory) as geographic_territory
    from leads
    left join fit_policy as grade_rows on {{ match_key('leads.fit_grade') }} = grade_rows.fit_grade_key
    left join score_bands
        on
            leads.fit_score >= score_bands.min_score
            and (leads.fit_score < score_bands.next_min_score or score_bands.next_min_score is null)
    left join intent_policy on {{ match_key('leads.intent_signal') }} = intent_policy.intent_signal_key
    left join territories as region_rows
        on
            {{ match_key('leads.country') }} = region_rows.country_key
            and {{ match_key('leads.region') }} = region_rows.region_key
            and region_rows.region_key != ''
    left join territories as country_rows
        on
            {{ match_key('leads.country') }} = country_rows.country_key
            and coalesce(country_rows.region_key, '') = ''

)

select * from final
