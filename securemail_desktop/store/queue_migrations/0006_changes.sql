-- How often where a recipient stands was changed: it never goes back, unless the whole file is put back to an earlier state.
CREATE TABLE change_count (n INTEGER NOT NULL) STRICT;
INSERT INTO change_count (n) VALUES (0);
CREATE TRIGGER recipient_came AFTER INSERT ON outbox_recipient BEGIN UPDATE change_count SET n = n + 1; END;
CREATE TRIGGER recipient_changed AFTER UPDATE OF state ON outbox_recipient BEGIN UPDATE change_count SET n = n + 1; END;
CREATE TRIGGER recipient_went AFTER DELETE ON outbox_recipient BEGIN UPDATE change_count SET n = n + 1; END;
