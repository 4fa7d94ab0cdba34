//! Keys on security devices, whose device is made in software from OpenSSH's PROTOCOL.u2f. `ssh-keygen` takes its
//! signatures, too.

use std::process::{Command, Stdio};

use gatefold_policy::Today;
use gatefold_policy::approvals::{AllowedSigners, NAMESPACE, Refusal, verify};
use ssh_key::private::{EcdsaKeypair, Ed25519Keypair};
use ssh_key::public::{EcdsaPublicKey, KeyData, SkEcdsaSha2NistP256, SkEd25519};
use ssh_key::{EcdsaCurve, HashAlg, PrivateKey, PublicKey, SigningKey, rand_core};

const TEXT: &str = "gatefold-approval: 1\n";
const TOUCHED: u8 = 1;

/// What a device holds, and what others know of it.
struct Device {
    key: PrivateKey,
    public: PublicKey,
}

fn ed25519() -> Device {
    let key = Ed25519Keypair::from_seed(&[7; 32]);
    let public = KeyData::SkEd25519(SkEd25519::new(key.public, "ssh:"));
    Device { key: PrivateKey::from(key), public: PublicKey::new(public, "a device") }
}

/// Numbers enough to make one key of, the same each time.
struct Numbers(u8);

impl rand_core::RngCore for Numbers {
    fn next_u32(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(5).wrapping_add(3);
        u32::from(self.0)
    }

    fn next_u64(&mut self) -> u64 {
        u64::from(self.next_u32())
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        bytes.iter_mut().for_each(|byte| *byte = self.next_u32() as u8);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl rand_core::CryptoRng for Numbers {}

fn ecdsa() -> Device {
    let key = EcdsaKeypair::random(&mut Numbers(1), EcdsaCurve::NistP256).expect("a key");
    let EcdsaPublicKey::NistP256(point) = EcdsaPublicKey::from(&key) else { panic!("another curve") };
    let public = KeyData::SkEcdsaSha2NistP256(SkEcdsaSha2NistP256::new(point, "ssh:"));
    Device { key: PrivateKey::from(key), public: PublicKey::new(public, "a device") }
}

fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).expect("short").to_be_bytes();
    [length.as_slice(), bytes].concat()
}

/// Signs bytes as they are, as a device does.
fn sign(key: &impl SigningKey, bytes: &[u8]) -> Vec<u8> {
    key.try_sign(bytes).expect("it signs").as_bytes().to_vec()
}

impl Device {
    /// A detached signature with these flags; the counter is behind them.
    fn sign(&self, text: &str, flags: u8) -> String {
        let (counter, none) = (9_u32.to_be_bytes(), string(b""));
        let about = [string(NAMESPACE.as_bytes()), none, string(b"sha512")].concat();
        let message =
            [b"SSHSIG".as_slice(), &about, &string(&HashAlg::Sha512.digest(text.as_bytes()))].concat();
        let hash = |bytes: &[u8]| HashAlg::Sha256.digest(bytes);
        let signed = [hash(b"ssh:"), vec![flags], counter.to_vec(), hash(&message)].concat();
        let name = self.public.algorithm();
        let signature = [
            string(name.as_str().as_bytes()),
            string(&sign(&self.key, &signed)),
            [vec![flags], counter.to_vec()].concat(),
        ];
        let public = string(&self.public.to_bytes().expect("a public key"));
        let all = [b"SSHSIG".as_slice(), &1_u32.to_be_bytes(), &public, &about, &string(&signature.concat())];
        armoured(&all.concat())
    }

    fn check(&self) {
        let line = format!("ann@example.org {}\n", self.public.to_openssh().expect("a public key"));
        let signers = AllowedSigners::parse(&line);
        assert_eq!(signers.problems, Vec::<String>::new());
        let today = Today::on("2026-11-20").expect("a date");
        let ours = |text: &str, signature: &str, wants_touch| {
            let by = "ann@example.org";
            verify(text.as_bytes(), signature, by, &signers, today, wants_touch).map(|signer| signer.name)
        };
        let (touched, alone) = (self.sign(TEXT, TOUCHED), self.sign(TEXT, 0));
        assert_eq!(ours(TEXT, &touched, true).as_deref(), Ok("ann@example.org"));
        assert_eq!(ours(TEXT, &touched, false).as_deref(), Ok("ann@example.org"));
        assert_eq!(ours(TEXT, &alone, true), Err(Refusal::NoPresence));
        assert_eq!(ours(TEXT, &alone, false).as_deref(), Ok("ann@example.org"));
        assert_eq!(ours("another text", &touched, true), Err(Refusal::Forged));
        let flags = |signature: &str, flags: u8| relabelled(&self.public, signature, flags);
        assert_eq!(ours(TEXT, &flags(&alone, TOUCHED), true), Err(Refusal::Forged), "the flags are signed");
        assert!(theirs(&line, TEXT, &touched));
        assert!(!theirs(&line, "another text", &touched));
    }
}

/// The signature with other flags than the device signed.
fn relabelled(public: &PublicKey, signature: &str, flags: u8) -> String {
    let body: String = signature.lines().filter(|line| !line.starts_with('-')).collect();
    let mut bytes = from_base64(&body);
    let at = bytes.len() - 5;
    assert_ne!(bytes[at], flags, "{public:?}");
    bytes[at] = flags;
    armoured(&bytes)
}

fn theirs(signers: &str, text: &str, signature: &str) -> bool {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("the folder can be written");
        folder.path().join(name)
    };
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", "verify", "-n", NAMESPACE, "-I", "ann@example.org", "-f"]);
    command.arg(write("signers", signers)).arg("-s").arg(write("signature", signature));
    let text = std::fs::File::open(write("text", text)).expect("a file");
    command.stdin(text).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().expect("`ssh-keygen` must be installed: this test compares with it").success()
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// In the frame that `ssh-keygen` writes.
fn armoured(bytes: &[u8]) -> String {
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits =
            group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= group.len() { char::from(letter) } else { '=' });
        }
    }
    let lines: Vec<String> =
        text.as_bytes().chunks(70).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    format!("-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n", lines.join("\n"))
}

fn from_base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for group in text.as_bytes().chunks(4) {
        let place = |letter: &u8| LETTERS.iter().position(|other| other == letter).unwrap_or_default() as u32;
        let bits = group.iter().fold(0, |bits, letter| bits << 6 | place(letter)).to_be_bytes();
        let padding = group.iter().filter(|letter| **letter == b'=').count();
        bytes.extend(&bits[1..4 - padding]);
    }
    bytes
}

#[test]
fn a_touch_of_an_ed25519_device_counts() {
    ed25519().check();
}

#[test]
fn a_touch_of_an_ecdsa_device_counts() {
    ecdsa().check();
}
