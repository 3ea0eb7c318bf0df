/* Makes the files of this folder that makemap doesn't make; see README.md. */
#include <db.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static DB *create(const char *name, DBTYPE type, int flags, int byte_order) {
  DB *db;
  remove(name);
  if (db_create(&db, NULL, 0) != 0) exit(1);
  db->set_pagesize(db, 512);
  if (byte_order != 0) db->set_lorder(db, byte_order);
  if (flags != 0) db->set_flags(db, flags);
  if (db->open(db, NULL, name, NULL, type, DB_CREATE, 0644) != 0) exit(1);
  return db;
}

static void put(DB *db, const char *key, const char *value, int nul) {
  DBT k = {0}, v = {0};
  k.data = (void *)key;
  k.size = strlen(key) + nul;
  v.data = (void *)value;
  v.size = strlen(value) + nul;
  db->put(db, NULL, &k, &v, 0);
}

static void fill(DB *db, int count, int nul) {
  for (int i = 0; i < count; ++i) {
    char key[600], value[2000];
    sprintf(key, "user%d", i);
    sprintf(value, "target%d@example.org", i);
    if (i == 7) memset(key, 'k', 500), key[500] = 0;
    if (i % 10 == 3) memset(value, 'a' + i % 26, 300 + i * 7), value[300 + i * 7] = 0;
    put(db, key, value, nul);
  }
  DBT gone = {0};
  gone.data = "user5";
  gone.size = 5 + nul;
  db->del(db, NULL, &gone, 0);
  db->close(db, 0);
}

int main(void) {
  fill(create("hash.db", DB_HASH, 0, 0), 60, 1);
  fill(create("btree.db", DB_BTREE, 0, 0), 60, 1);
  fill(create("hash-big-endian.db", DB_HASH, 0, 4321), 40, 0);
  fill(create("btree-big-endian.db", DB_BTREE, 0, 4321), 40, 0);
  fill(create("hash-checksums.db", DB_HASH, DB_CHKSUM, 0), 40, 1);
  fill(create("btree-checksums.db", DB_BTREE, DB_CHKSUM, 0), 40, 1);
  DB *db = create("duplicates.db", DB_HASH, DB_DUP, 0);
  put(db, "a", "1", 0);
  put(db, "a", "2", 0);
  db->close(db, 0);
  db = create("recno.db", DB_QUEUE, 0, 0);
  db->close(db, 0);
  return 0;
}
