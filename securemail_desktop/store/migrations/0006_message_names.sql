-- What a sent message answers is found by its Message-ID.
CREATE INDEX message_name ON message (message_id) WHERE message_id <> '';
