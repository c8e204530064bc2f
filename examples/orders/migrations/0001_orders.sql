create table orders (
  id uuid primary key,
  customer text not null,
  item text not null,
  placed_at timestamptz not null,
  status text not null default 'open'
);
create index orders_open on orders (placed_at) where status = 'open';
