/** Serves imgtool's commands as JSON lines; its own output goes into the answers. */
export const PYTHON_SERVER = `
import contextlib, io, json, struct, sys
import click
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, x25519
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from imgtool.main import imgtool

def run(args):
    try:
        imgtool.main(args=args, standalone_mode=False)
        return 0
    except click.ClickException as error:
        print(error.format_message())
        return 2
    except SystemExit as error:
        return error.code or 0

def ctr(key, data):
    cipher = Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor()
    return cipher.update(data) + cipher.finalize()

def ecies(key, value, public_size, algorithm):
    point, tag, body = value[:public_size], value[public_size:public_size + algorithm.digest_size], value[public_size + algorithm.digest_size:]
    if public_size == 65:
        shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))
    else:
        shared = key.exchange(x25519.X25519PublicKey.from_public_bytes(point))
    size = len(body) + algorithm.digest_size
    derived = HKDF(algorithm=algorithm, length=size, salt=None, info=b'MCUBoot_ECIES_v1').derive(shared)
    mac = hmac.HMAC(derived[len(body):], algorithm)
    mac.update(body)
    mac.verify(tag)
    return ctr(derived[:len(body)], body)

def decrypt(image, key, out):
    data = bytearray(open(image, 'rb').read())
    key = serialization.load_pem_private_key(open(key, 'rb').read(), None)
    header_size, protected, size = struct.unpack('<HHI', data[8:16])
    at = header_size + size + protected
    end = at + struct.unpack('<HH', data[at:at + 4])[1]
    at += 4
    while at < end:
        kind, length = struct.unpack('<HH', data[at:at + 4])
        value = bytes(data[at + 4:at + 4 + length])
        if kind == 0x30:
            oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
            image_key = key.decrypt(value, oaep)
        elif kind == 0x32:
            image_key = ecies(key, value, 65, hashes.SHA256())
        elif kind == 0x33:
            image_key = ecies(key, value, 32, hashes.SHA256())
        elif kind == 0x34:
            image_key = ecies(key, value, 32, hashes.SHA512())
        at += 4 + length
    data[header_size:header_size + size] = ctr(image_key, bytes(data[header_size:header_size + size]))
    open(out, 'wb').write(data)
    return 0

for line in sys.stdin:
    question = json.loads(line)
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            code = run(question['args']) if 'args' in question else decrypt(*question['decrypt'])
    except Exception as error:
        code = 70
        out.write(repr(error))
    print(json.dumps({'code': code, 'out': out.getvalue()}), flush=True)
`;
