{{ survival_mart('speed_to_lead_minutes') }}
