select
  connection || '/' || hostname as subject_id,
  case
    when container then 'not_applicable'
    when firewall_default_deny is null then 'unknown'
    when firewall_default_deny then 'pass'
    when firewall_rules then 'fail'
    else 'fail'
  end as status,
  case
    when container then 'The machine is a container: the machine around it decides.'
    when firewall_default_deny is null then 'The rules of the packet filter are hidden or no tool for them is installed: run the collector as root.'
    when firewall_default_deny then 'Incoming packets that no rule names are dropped (' || coalesce(firewall, 'packet filter') || ').'
    when firewall_rules then 'There are rules, but what none of them names is let in.'
    else 'No rule filters incoming packets.'
  end as reason
from host_system
