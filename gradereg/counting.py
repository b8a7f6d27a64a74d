"""The cache that counts for rate limits. It is in the database, so all processes share it."""

import base64
import pickle
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router, transaction
from django.utils import timezone


class CountingCache(DatabaseCache):
    """
    Django's cache in a database table, with an `incr` that locks its row.

    Django's own `incr` reads and writes in two steps, so concurrent counts get lost, and it resets the expiry to five
    minutes. This one keeps the expiry.
    """

    _table: str

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Return the count after adding `delta`. Raise ValueError if the key is missing or expired."""
        key = self.make_and_validate_key(key, version=version)
        database = router.db_for_write(self.cache_model_class)
        connection = connections[database]
        table = connection.ops.quote_name(self._table)
        lock = connection.ops.for_update_sql() if connection.features.has_select_for_update else ""
        now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
        with transaction.atomic(using=database), connection.cursor() as cursor:
            query = f"SELECT value FROM {table} WHERE cache_key = %s AND expires > %s {lock}"  # noqa: S608
            cursor.execute(query, [key, now])
            row = cursor.fetchone()
            if row is None:
                raise ValueError(f"Key {key!r} not found")
            # The pickle is safe: only this cache writes the table.
            count: int = pickle.loads(base64.b64decode(row[0])) + delta  # noqa: S301
            stored = base64.b64encode(pickle.dumps(count, self.pickle_protocol)).decode("latin1")
            changed = f"UPDATE {table} SET value = %s WHERE cache_key = %s"  # noqa: S608
            cursor.execute(changed, [stored, key])
        return count
