select
  connection || '/' || protocol || ' ' || address || ':' || port || ' uid ' || uid as subject_id,
  case
    when exposure is null then 'unknown'
    when exposure = 'loopback' then 'not_applicable'
    when list_contains(string_split(replace($allowed, ' ', ''), ','), rtrim(protocol, '6') || '/' || port) then 'pass'
    else 'fail'
  end as status,
  case
    when exposure is null then 'The source did not tell who can reach the socket.'
    when exposure = 'loopback' then 'Only this machine itself can reach the socket.'
    when list_contains(string_split(replace($allowed, ' ', ''), ','), rtrim(protocol, '6') || '/' || port) then 'The port is on the list.'
    else 'The socket can be reached from outside' || coalesce(' (' || array_to_string(cast(processes as varchar[]), ', ') || ')', '') || ' and its port is not on the list.'
  end as reason,
  processes
from host_listening_socket
union all
select connection || '/sockets', 'not_applicable', 'Nothing listens for others.', null
from host_system
where connection not in (select connection from host_listening_socket)
