// SPDX-License-Identifier: GPL-3.0-or-later
// Holds an OpenAPI document on standard input against the official schema of its version; prints {"valid","version","errors"}.
import fs from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';

const validator = new Validator();
const result = await validator.validate(JSON.parse(fs.readFileSync(0, 'utf8')));
console.log(JSON.stringify({ valid: result.valid, version: validator.version, errors: result.errors ?? null }));
