select
  connection || '/server' as subject_id,
  case
    when ssl then 'pass'
    when regexp_full_match(replace(listen_addresses, ' ', ''), '((localhost|127\.0\.0\.1|::1)(,|$))*') then 'not_applicable'
    when ssl is null or listen_addresses is null then 'unknown'
    else 'fail'
  end as status,
  case
    when ssl then 'The server accepts TLS.'
    when listen_addresses = '' then 'The server listens on no network, only on a Unix socket.'
    when regexp_full_match(replace(listen_addresses, ' ', ''), '((localhost|127\.0\.0\.1|::1)(,|$))*') then 'The server listens on loopback addresses only.'
    when ssl is null or listen_addresses is null then 'The source did not say whether TLS is on and where the server listens.'
    else 'The server listens on ' || listen_addresses || ' and accepts no TLS.'
  end as reason,
  ssl_in_use
from postgres_server
